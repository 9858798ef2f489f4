"""A family of providers as an app would have it: the contract, a provider that does something, and the fake."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class Greeter(Protocol):
    def greet(self, name: str) -> str:
        """A greeting that contains the name."""


class Polite:
    def __init__(self, *, word: str = "Good day") -> None:
        self.word = word

    def greet(self, name: str) -> str:
        return f"{self.word}, {name}"


class FakeGreeter:
    def greet(self, name: str) -> str:
        return f"fake {name}"


class Mute:
    """Keeps no contract."""


class Picky:
    def __init__(self) -> None:
        raise ValueError("a key is missing")
