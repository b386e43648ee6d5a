"""What is asked of a build, and what it did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.build.budget import Budget
from core.build.stage import Repair
from core.errors import UnknownNameError
from core.settings import fit_gb
from core.storage import Manifest

DEFAULT_MINUTES = 60.0
DEFAULT_SPACES = ("minilm", "word2vec", "doc2vec", "triplet")


@dataclass(frozen=True)
class Request:
    """What to build.

    Attributes:
        name: The dataset's name.
        source_path: Folder or archive of its files; None = where they were last time, or the downloads folder.
        columns: For a person's own files: our column -> theirs.
        spaces: Encoders to build, as `core.embeddings.create` takes them; spaces built earlier stay.
        wikipedia: Folder of the Wikipedia film lists; None = look for it; "" = do not enrich.
        fill_from: Names of other datasets whose plots, people and so on fill what is missing here, by ids of TMDB and
            IMDb; of several that know a fact, the first gives it.
        moves_to: Where the folder `source_path` is put, in the place of what is there, once everything is built; None = it
            stays where it is.
        methods: Names of the methods to learn; () = all. Of the others those stay that were learned before, of just this.
        without: Names of methods that are not learned.
        minutes: What the whole build may take; methods and further embeddings that would take longer are left out.
    """

    name: str
    source_path: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    spaces: tuple[str, ...] = DEFAULT_SPACES
    wikipedia: Path | str | None = None
    fill_from: tuple[str, ...] = ()
    moves_to: Path | None = None
    methods: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    minutes: float = DEFAULT_MINUTES

    @property
    def budget(self) -> Budget:
        """What the build may take: the memory that `core.settings.fit_gb` says, for any one stage."""
        return Budget(fit_gb(), self.minutes * 60)

    def wanted_methods(self, names: Sequence[str]) -> set[str]:
        """Which of all methods are to be learned.

        Raises:
            UnknownNameError: One that is named does not exist.
        """
        for name in (*self.methods, *self.without):
            if name not in names:
                raise UnknownNameError("method", name, list(names))
        return set(self.methods or names) - set(self.without)


@dataclass(frozen=True)
class BuildResult:
    """What a build did.

    Attributes:
        manifest: The live one.
        ran: Stages that ran -> seconds.
        repairs: What was damaged and was made again.
        set_aside: Where the damaged artefacts lie; None = there are none.
        checked: How many artefacts of an older version have got checksums.
        was_broken: Whether the manifest could not be read, and was written anew.
        unpacked: Stages whose artefacts ship with the dataset and were unpacked.
        unusable: Stages whose artefacts ship too and could not be used -> why; they were made.
    """

    manifest: Manifest
    ran: dict[str, float]
    repairs: tuple[Repair, ...] = ()
    set_aside: Path | None = None
    checked: int = 0
    was_broken: bool = False
    unpacked: tuple[str, ...] = ()
    unusable: Mapping[str, str] = field(default_factory=dict)
