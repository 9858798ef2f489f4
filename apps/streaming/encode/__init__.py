"""From the source to segments: `lines` composes FFmpeg's command lines, `parts` reads and judges what came out."""
