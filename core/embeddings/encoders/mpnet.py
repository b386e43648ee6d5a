"""mpnet: a larger sentence model, slower and more exact than MiniLM; fetched on first use."""

from core.embeddings.encoders.sentence_transformer import SentenceTransformerEncoder
from core.embeddings.registry import register


@register
class Mpnet(SentenceTransformerEncoder):
    """all-mpnet-base-v2 from the Hugging Face hub, at one fixed revision."""

    name = "mpnet"
    label = "mpnet"
    description = (
        "A larger language model reads each film's title, genres, plot and people. The best of the general "
        "models here, and five times slower than MiniLM. It is fetched once, 440 MB (all-mpnet-base-v2)."
    )
    system = "S4"
    needs_network = True
    seconds_a_film = 5e-2
    model = "sentence-transformers/all-mpnet-base-v2"
    revision = "e8c3b32edf5434bc2275fc9bab85f82640a19130"
    dim = 768
