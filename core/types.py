"""Array aliases with their shapes."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

FloatVector: TypeAlias = npt.NDArray[np.float32]
"""(n,) float32."""

FloatMatrix: TypeAlias = npt.NDArray[np.float32]
"""(rows, columns) float32; what rows and columns are is said where it is used."""

IndexVector: TypeAlias = npt.NDArray[np.int64]
"""(n,) int64 row numbers: item_index or user_index."""

BoolVector: TypeAlias = npt.NDArray[np.bool_]
"""(n_items,) True = may be recommended."""

Arrays: TypeAlias = dict[str, npt.NDArray[Any]]
"""Named arrays, none of object dtype: what a fitted method or an artefact is stored as."""
