"""The map of a space: coordinates, how faithful they are, and groups of films with names."""

from core.maps.clusters import Clustering, cluster
from core.maps.projection import project
from core.maps.projection_quality import measure

__all__ = ["Clustering", "cluster", "measure", "project"]
