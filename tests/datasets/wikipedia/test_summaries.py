"""Directors out of summaries: read where they are clear, left out where they are not."""

import pytest

from core.datasets.wikipedia.summaries import directors_from_extract


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Heat is a 1995 film written and directed by Michael Mann and starring Al Pacino.",
            ("Michael Mann",),
        ),
        ("It was directed by Steven Spielberg. Tom Hanks stars.", ("Steven Spielberg",)),
        ("X is a film directed by Joel and Ethan Coen.", ("Joel Coen", "Ethan Coen")),
        (
            "X is a film directed by Ken Annakin, Andrew Marton, and Bernhard Wicki.",
            ("Ken Annakin", "Andrew Marton", "Bernhard Wicki"),
        ),
        ("X is a film directed by Jay Roach, starring Ben Stiller and Teri Polo.", ("Jay Roach",)),
        ("X is a film, directed, produced and co-written by J. J. Abrams in 2011.", ("J. J. Abrams",)),
        ("X is a film directed by Edward D. Wood Jr. It stars Bela Lugosi.", ("Edward D. Wood Jr.",)),
        (
            "X is a film directed by George Nicholls, Jr. and Ben Stoloff.",
            ("George Nicholls Jr.", "Ben Stoloff"),
        ),
        (
            "X was written, directed by, and starring Sylvester Stallone, Burt Young and others.",
            ("Sylvester Stallone",),
        ),
        ("X is a film directed by Swedish director Lasse Hallström.", ("Lasse Hallström",)),
        (
            "X was written by Christopher Guest and Eugene Levy, and directed by Guest.",
            ("Christopher Guest",),
        ),
        ("X is a film directed by Florian Henckel von Donnersmarck.", ("Florian Henckel von Donnersmarck",)),
        ("X is a film directed by Malcolm St. Clair.", ("Malcolm St. Clair",)),
        ("X is a film directed by King Vidor and Henry King.", ("King Vidor", "Henry King")),
        ("X is a film directed by Ridley Scott and Sigourney Weaver stars in it.", ("Ridley Scott",)),
        ("X is a 2003 remake of the 1974 film directed by Tobe Hooper.", ()),
        ("X is the first film in the series not to be directed by Gore Verbinski.", ()),
        ("X combines animation directed by Piet Kroon with more.", ()),
        ("X is a film directed by the Wachowskis.", ()),
        ("X is a film directed by McG.", ()),
        ("X is a film directed by Bring It On writer Jessica Bendinger.", ()),
        ("X is a film directed by Academy Award winner Lewis Milestone.", ()),
        ("X is a film directed by Pierce Brothers Productions.", ()),
        ("Michael Mann directed the film.", ()),
        ("", ()),
    ],
)
def test_directors_are_read_only_where_they_are_clear(text: str, names: tuple[str, ...]) -> None:
    assert directors_from_extract(text) == names
