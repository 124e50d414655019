"""What is checked, in the folders of what is tested: `course_lib`, `lessons`, `course_tools`.

`repository` holds what is true of the files as a whole; `notebooks` runs the chapters; `pictures`
says what each demo shows, and `browser` looks at it in JupyterLab. `wrong_answers` (what students
hand in), `oracles` (what torch and optax give) and `typed` (calls for a type checker) are what
tests draw on.
"""
