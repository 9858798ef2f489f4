"""The servers that come along as wheels, for the embedded default: found, started, watched, stopped."""
