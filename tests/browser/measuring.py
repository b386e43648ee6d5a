"""The form of the Evaluate page, as people fill it in."""

from tests.browser.served import PATIENCE, Tab, waiting


def open_form(one: Tab, url: str) -> None:
    """The Evaluate page with its form open, which is closed where something was measured before."""
    one.open(url, "Evaluate")
    button = one.page.get_by_role("button", name="Measure", exact=True)
    for _ in waiting("the form is open"):
        one.settle()
        if button.is_visible():
            return
        one.page.get_by_text("Measure methods", exact=True).click()
        one.page.wait_for_timeout(500)


def measure(one: Tab, title: str) -> None:
    """Measure what is in the form, until the page shows an evaluation of this title."""
    one.page.get_by_role("button", name="Measure", exact=True).click()
    one.page.wait_for_function(
        "title => [...document.querySelectorAll('[data-testid=stSelectbox]')].some("
        "box => (box.textContent + (box.querySelector('input')?.value ?? '')).includes(title))",
        arg=title,
        timeout=2 * PATIENCE,
    )
    one.settle()
