"""What prune removes: old jobs with their files, pages, and the rest."""
