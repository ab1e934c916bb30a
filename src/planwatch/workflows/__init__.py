"""Each kind of job as named steps. The only place where the parts below meet."""
