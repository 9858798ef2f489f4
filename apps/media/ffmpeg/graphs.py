"""Filter graphs that bear sources which change on the way.

When pictures change their size, or sound its rate or channels, FFmpeg begins the filter graph anew, and filters that count
from the beginning (`fps`, `aresample` with `first_pts`) count from the beginning again. Pictures are therefore kept in their
graph (`-reinit_filter 0`), whose first filter can scale whatever comes. Sound has no such filter: there the first ones,
which make it steady, form a graph of their own. It may begin anew as often as it likes, and what follows never does.
"""

import re
from collections.abc import Sequence
from typing import Any

_END = "anull"
_FILTER_COMPLEX = "-filter_complex"
_NODE = re.compile(r"^((?:\[[^\]]+\])+)(\w+)(?:=.*?)?((?:\[[^\]]+\])+)$", re.DOTALL)


def unchanging(*, turned: bool) -> dict[str, int]:
    """The input option for pictures that go through `steady_pictures` first.

    Not for those that FFmpeg turns upright: that happens before, by filters that expect one size.
    """
    return {} if turned else {"reinit_filter:v": 0}


def steady_pictures(stream: Any, width: int, height: int, pixel_format: str) -> Any:
    """Pictures of one size with square pixels, and of one format where one is named."""
    sized = stream.filter("scale", width, height, flags="bicubic").filter("setsar", 1)
    return sized.filter("format", pixel_format) if pixel_format else sized


def steady_sounds(stream: Any, number: int, sample_rate: int, layout: str, least: int) -> list[Any]:
    """The same sound several times, of one rate and layout, in floating point. Each is the beginning of a graph.

    What has fewer than `least` samples gets silence behind it: here, because FFmpeg 9 does not tell a graph that is fed by
    another one of the end, so that nothing can be added there.
    """
    form = {"sample_fmts": "fltp", "sample_rates": sample_rate, "channel_layouts": layout}
    steady = stream.filter("aformat", **form).filter("apad", whole_len=least)
    copies = steady.filter_multi_output("asplit", number) if number > 1 else [steady]
    return [copies[index].filter(_END) for index in range(number)]


def apart(line: Sequence[str]) -> list[str]:
    """The same command line, in which what leads to `anull` is a graph of its own, and so is what follows each of them.

    What follows must not share a graph: FFmpeg 9 drops the end of the sound where a graph that is fed by another one has
    several outputs.
    """
    at = line.index(_FILTER_COMPLEX) if _FILTER_COMPLEX in line else -1
    nodes = [found for text in re.split(r"(?<!\\);", line[at + 1]) if (found := _NODE.match(text))]
    if at < 0 or not any(node[2] == _END for node in nodes):
        return list(line)
    options = [part for graph in _graphs(nodes) for part in (_FILTER_COMPLEX, ";".join(node[0] for node in graph))]
    return [*line[:at], *options, *line[at + 2 :]]


def _graphs(nodes: Sequence[re.Match[str]]) -> list[list[re.Match[str]]]:
    """Nodes that hang together, in their order; what leaves a marker does not count."""
    held: list[tuple[set[str], list[re.Match[str]]]] = []
    for node in nodes:
        pads = set(_pads(node[1])) | (set() if node[2] == _END else set(_pads(node[3])))
        together = [graph for graph in held if graph[0] & pads]
        held = [graph for graph in held if not graph[0] & pads]
        pads = pads.union(*(graph[0] for graph in together))
        held.append((pads, [*(one for graph in together for one in graph[1]), node]))
    return [graph for _, graph in held]


def _pads(text: str) -> list[str]:
    """The links that a node names, not the streams of inputs: each graph may read those for itself."""
    return [pad for pad in re.findall(r"\[([^\]]+)\]", text) if ":" not in pad]
