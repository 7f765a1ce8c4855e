"""Values for the variables that a project's code reads."""

HERE = "{checkout}"  # stands in a value for the folder of the checkout, which is another one for each side
