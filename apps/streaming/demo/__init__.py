"""What a new site shows of itself: five pieces, drawn by FFmpeg and composed here. Nothing is fetched, nothing is random."""
