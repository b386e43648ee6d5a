"""The Streamlit parts of the pages."""
