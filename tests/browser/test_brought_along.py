"""What people bring to the app in a browser: another system's lists, a split of their own, and vectors of the films."""

import io
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import TimeoutError

from core.serving import Atlas
from tests.browser.measuring import measure, open_form
from tests.browser.served import Tab, serving, waiting

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def home(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo: what is brought along changes it."""
    return Path(shutil.copytree(built_home, tmp_path_factory.mktemp("brought") / "home"))


@pytest.fixture(scope="module")
def own_server(home: Path) -> Iterator[str]:
    with serving(home) as url:
        yield url


def file_of(name: str, content: bytes) -> dict:
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def give(one: Tab, label: str, file: dict) -> None:
    """Choose a file in the form until it is there; a page that is still being drawn may lose it."""
    box = one.page.get_by_test_id("stFileUploader").filter(has_text=label)
    for _ in waiting(f"{file['name']} is there"):
        one.settle()
        box.locator("input[type=file]").set_input_files(file)
        with suppress(TimeoutError):
            box.get_by_text(file["name"]).wait_for(timeout=10_000)
            break
    one.settle()


def test_a_split_is_taken_along_and_comes_back_as_lists_and_as_files(own_server: str, tab) -> None:
    one = tab()
    open_form(one, f"{own_server}/evaluate?measured=popularity")
    measure(one, "Random holdout · Popularity")
    one.page.get_by_role("button", name="Prepare the split").click()
    with one.page.expect_download() as taken:
        one.page.get_by_role("button", name="The split (ZIP)").click()
    with zipfile.ZipFile(io.BytesIO(Path(taken.value.path()).read_bytes())) as archive:
        parts = {name: archive.read(name) for name in ("train.tsv", "test.tsv", "qrels.txt")}
    hidden = pd.read_csv(io.BytesIO(parts["test.tsv"]), sep="\t", dtype=str)

    open_form(one, f"{own_server}/evaluate?measured=popularity")
    lists = hidden[["user_id", "item_id"]].to_csv(index=False).encode()
    give(one, "Lists of another system", file_of("oracle.csv", lists))
    measure(one, "Random holdout · 2 methods")
    place = one.page.locator(".ytick text").filter(has_text="oracle").first
    place.wait_for()
    assert place.text_content().strip().endswith("1"), "who knows what was hidden is first"

    open_form(one, f"{own_server}/evaluate?measured=popularity&split=files")
    assert one.page.get_by_role("button", name="Measure", exact=True).is_disabled()
    give(one, "To learn from (train)", file_of("train.tsv", parts["train.tsv"]))
    give(one, "To be tested on (test)", file_of("test.tsv", parts["test.tsv"]))
    measure(one, "Your own train and test files, train.tsv and test.tsv")
    assert one.page.get_by_text("Simulated ratings").first.is_visible(), "they are those of the demo"
    assert not one.page.get_by_role("button", name="Prepare the split").is_visible()


def test_own_vectors_become_an_embedding_of_the_films(own_server: str, home: Path, tab) -> None:
    ids = Atlas.open("demo", home).catalog.ids
    numbers = np.random.default_rng(3).normal(size=(len(ids), 4)).round(3)
    table = pd.DataFrame(numbers, columns=list("abcd")).assign(item_id=ids).to_csv(index=False).encode()
    one = tab("dark")
    one.open(f"{own_server}/data", "Data")
    one.page.get_by_role("button", name="Add an embedding").first.click()
    form = one.page.get_by_test_id("stPopoverBody")
    form.get_by_test_id("stSelectbox").locator("input").click()
    one.page.get_by_role("option", name="Your own vectors").click()
    form.get_by_label("Name").fill("mine")
    form.get_by_label("Name").press("Enter")
    one.settle()
    give(one, "Vectors", file_of("vectors.csv", table))
    form.get_by_role("button", name="Build it").click()
    for _ in waiting("the vectors are built"):
        built = Atlas.open("demo", home).space_names
        if any("mine" in name for name in built):
            break
    one.open(f"{own_server}/data", "Data")
    picker = one.page.get_by_test_id("stSidebar").get_by_test_id("stSelectbox").nth(1)
    picker.locator("input").click()
    one.page.get_by_role("option", name="mine").wait_for()
