"""What is measured of sound while it is encoded: `meter` taps the encoder; `peaks`, `loudness` and `picture` make of it what players use."""
