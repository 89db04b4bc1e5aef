"""Charts (Plotly) and exports (Matplotlib): pure data in, a figure out."""
