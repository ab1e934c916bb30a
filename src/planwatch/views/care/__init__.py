"""Care of the installation on the screen: backup, settings, doctor, schedules, demo."""
