"""The map of a space: coordinates, how faithful they are, and groups of films with names."""

from core.maps.clusters import Clustering, Place, cluster
from core.maps.projection import project
from core.maps.projection_quality import faithfulness

__all__ = ["Clustering", "Place", "cluster", "faithfulness", "project"]
