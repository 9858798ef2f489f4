"""A small reader and patcher of ISO base media files (ISO/IEC 14496-12), for what FFmpeg writes and people bring.

`boxes` walks, `init` reads an initialisation segment, `segment` reads and shifts a media segment. Nothing here trusts a
size, a count or a version that stands in the file.
"""
