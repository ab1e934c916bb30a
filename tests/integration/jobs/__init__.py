"""Jobs in real processes: dispatch, run, watch, cancel, resume."""
