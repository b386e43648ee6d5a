"""What an evaluation found, how sure that is, and where it is kept."""

from core.evaluation.results.stored import StoredResult, stored_results

__all__ = ["StoredResult", "stored_results"]
