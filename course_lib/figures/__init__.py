"""Every picture of the course, a chapter a file (floor 5). Those of chapter 6 have its numbers."""
