"""FFmpeg and ffprobe, contained: `run` starts them, `commands` writes their lines, `probe` reads what a file is."""
