"""Tables: columns, layout at a width, styles, sparklines."""
