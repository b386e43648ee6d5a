"""Numbers of a chart in few bytes: Plotly sends an array as it is in memory."""

import numpy as np
import numpy.typing as npt


def smallest(values: npt.ArrayLike) -> npt.NDArray[np.unsignedinteger]:
    """Whole numbers from 0 in the smallest type that holds them all; fractions are cut off."""
    numbers = np.asarray(values)
    most = int(numbers.max()) if numbers.size else 0
    return numbers.astype(np.min_scalar_type(most))
