"""What a line of the bot's diagrams can be: an entity's beginning or end, a column, a link."""

import re

_NAME = r'"[\w., -]+( \((changed|new)\))?"'
LINE = re.compile(
    rf"erDiagram|    {_NAME}( \{{)?|    \}}"
    r'|        \w+(\(\d+(,\d+)?\))?(\[\])* \w+( [FKPU, ]+)?( "(changed|new)")?'
    rf'|    {_NAME} \|[|o]--o[|{{] {_NAME} : "[\w., -]+"'
)
