"""Whether an installation is well: checks that change nothing and outlive whatever is broken."""
