"""Where output goes and in which form: terminal, file, Markdown, CSV, Prometheus."""
