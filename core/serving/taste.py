"""The taste groups of a built dataset."""

from core.maps.taste_groups import TasteGroups
from core.serving.atlas import Atlas
from core.storage import artifacts

STAGE = "taste-groups"


def taste_groups_of(atlas: Atlas) -> TasteGroups | None:
    """People and films that go together in the ratings; None where nobody rated, or an older version built this."""
    if STAGE not in atlas.manifest.artifacts:
        return None
    return atlas.read_once(STAGE, lambda folder: TasteGroups.of(*artifacts.load_groups(folder)))
