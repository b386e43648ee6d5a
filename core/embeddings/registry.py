"""The registry of embedding models: the picker, the build and the tests all read it."""

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from threading import Lock
from typing import Any, TypeVar

from core.embeddings import encoders
from core.embeddings.base import Encoder, Space, Stamp
from core.errors import AtlasError, ModelUnavailableError, UnknownNameError
from core.params import NoParams, parse_params
from core.types import Arrays, FloatMatrix

Family = Callable[[str], type[Encoder]]
"""Makes the encoder of what a person typed behind the prefix, e.g. of a model's name."""

FamilyT = TypeVar("FamilyT", bound=Family)

_ENCODERS: dict[str, type[Encoder]] = {}
_FAMILIES: dict[str, Family] = {}
_MADE_BY: dict[str, str] = {}
"""What the columns of families begin with -> what they are."""


def register(encoder: type[Encoder]) -> type[Encoder]:
    """Class decorator: add an encoder to the registry."""
    for attribute in ("name", "label", "description"):
        if not getattr(encoder, attribute, None):
            raise TypeError(f"{encoder.__name__} lacks {attribute}")
    _ENCODERS[encoder.name] = encoder
    return encoder


def family(prefix: str, made_by: str) -> Callable[[FamilyT], FamilyT]:
    """Function decorator: add a family of encoders that are named "prefix:…", one for whatever follows.

    Args:
        prefix: What stands before the colon, and before "_" in the columns of its spaces.
        made_by: What its vectors are, for people.
    """

    def add(make: FamilyT) -> FamilyT:
        _FAMILIES[prefix], _MADE_BY[prefix] = make, made_by
        return make

    return add


@cache
def _discover() -> None:
    for module in pkgutil.iter_modules(encoders.__path__):
        importlib.import_module(f"{encoders.__name__}.{module.name}")


def names() -> list[str]:
    """Names of all encoders, sorted; those of a family are not among them."""
    _discover()
    return sorted(_ENCODERS)


def families() -> list[str]:
    """Prefixes of all families, sorted."""
    _discover()
    return sorted(_FAMILIES)


def encoder_class(name: str) -> type[Encoder]:
    """The class of an encoder.

    Args:
        name: A registered name, maybe with parameters ("triplet:margin=0.5,epochs=40"); or a family's prefix, a
            colon and what that family makes an encoder of. The class's own `name` is then another one, fit for a
            column.

    Raises:
        UnknownNameError: No encoder and no family has this name.
        AtlasError: What the family's function raises for what follows the colon.
    """
    _discover()
    prefix, colon, rest = name.partition(":")
    if colon and prefix in _FAMILIES:
        return _FAMILIES[prefix](rest)
    name = prefix if prefix in _ENCODERS else name
    if name not in _ENCODERS:
        raise UnknownNameError("embedding", name, [*names(), *(f"{one}:…" for one in families())])
    return _ENCODERS[name]


def label_of(name: str) -> str:
    """The name for people of an embedding that is built, also of one that a family made."""
    try:
        return encoder_class(name).label
    except UnknownNameError:
        kind, _, own = name.partition("_")
        return f"{own} ({_MADE_BY[kind]})" if kind in _MADE_BY and own else name


def create(name: str, **params: Any) -> Encoder:
    """An encoder, with its default options where neither the name nor `params` gives them.

    Raises:
        UnknownNameError: No encoder has this name, or it has no such parameter.
        InvalidQueryError: A parameter is out of its bounds.
    """
    cls = encoder_class(name)
    prefix, _, rest = name.partition(":")
    if prefix in _ENCODERS and rest:
        params = parse_params(getattr(cls, "Params", NoParams), rest.split(",")) | params
    if not params:
        return cls()
    known = list(getattr(getattr(cls, "Params", None), "__dataclass_fields__", {}))
    for key in params:
        if key not in known:
            raise UnknownNameError(f"parameter of {name}", key, known)
    make: Any = cls  # only encoders with `Params` take any
    encoder: Encoder = make(make.Params(**params))
    return encoder


def request_of(stamp: Stamp) -> str:
    """What to hand to `create` for another encoder like the one that made these vectors."""
    return str(stamp.options.get("request", stamp.encoder))


def create_same(stamp: Stamp) -> Encoder:
    """An encoder like the one that made these vectors, in another process.

    Raises:
        ModelUnavailableError: The model here is another one.
    """
    encoder = create(request_of(stamp))
    if (found := encoder.stamp()) != stamp:
        raise ModelUnavailableError(
            f"A worker has {encoder.label} in another version ({found.revision}, not {stamp.revision}).",
            hint="Put the same model and the same Movie Atlas on every machine.",
        )
    return encoder


def with_text_side(space: Space, state: Arrays) -> Space:
    """The space with its encoder's text side, loaded when the first text comes.

    Args:
        space: As it was stored.
        state: What its encoder learned; {} for one that is not trained here.
    """
    request = request_of(space.stamp)
    try:
        if not encoder_class(request).reads_text:
            return space
    except AtlasError:
        pass  # its model is gone: the vectors still serve, and whoever asks with a text is told
    return replace(space, encode_texts=TextSide(request, state))


class TextSide:
    """Turns texts into vectors of a space that is built; its encoder is made when the first text comes.

    Args:
        request: What its encoder is made of, see `create`.
        state: What its encoder learned.
    """

    def __init__(self, request: str, state: Arrays) -> None:
        self._request, self._state = request, state
        self._ready: list[Encoder] = []
        self._loading = Lock()

    def __call__(self, texts: Sequence[str]) -> FloatMatrix:
        """(n, dim) float32."""
        with self._loading:  # whoever asks meanwhile waits for this one, and loads no second
            if not self._ready:
                encoder = create(self._request)
                encoder.restore(self._state)
                self._ready.append(encoder)
        return self._ready[0].encode_texts(texts)

    def __reduce__(self) -> tuple[Any, ...]:
        """Sent to another process without the encoder, which is made there when a text comes."""
        return type(self), (self._request, self._state)
