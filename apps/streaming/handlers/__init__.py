"""The jobs of streaming: `publish` hands out what `encode` does."""
