"""Charts as inline SVG: data in, a string out. One module a chart; colours are CSS classes."""
