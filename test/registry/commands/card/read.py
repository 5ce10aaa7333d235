"""Reads model cards as others do, and prints what they say as JSON: `read.py CARD...`.

The head by huggingface_hub, which is how the Hub and its users read it; the body by markdown-it-py, a parser of
CommonMark with GitHub's tables.
"""

import json
import sys

from huggingface_hub import ModelCard
from markdown_it import MarkdownIt


def read(path):
    card = ModelCard.load(path)
    again = ModelCard(str(card))  # as the library writes it
    tokens = MarkdownIt("commonmark").enable("table").parse(card.text)
    inline = [child for token in tokens for child in token.children or []]
    return {
        "license": card.data.license,
        "name": card.data.get("model_name"),
        "radlite": card.data.radlite,
        "results": [
            {
                "set": result.dataset_split,
                "images": result.dataset_revision,
                "type": result.metric_type,
                "value": result.metric_value,
                "args": result.metric_args,
            }
            for result in card.data.get("eval_results") or []
        ],
        "isStable": again.data.to_dict() == card.data.to_dict(),
        "headings": [
            tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"
        ],
        "links": [child.attrGet("href") for child in inline if child.type == "link_open"],
        "odd": sorted(
            {token.type for token in tokens + inline} & {"html_block", "html_inline", "image", "s_open"}
        ),
        "tables": read_tables(tokens),
    }


def read_tables(tokens):
    """Of every table the rows with the text of their cells."""
    tables, row = [], None
    for at, token in enumerate(tokens):
        if token.type == "table_open":
            tables.append([])
        elif token.type == "tr_open":
            row = []
            tables[-1].append(row)
        elif token.type in ("td_open", "th_open"):
            row.append("".join(child.content for child in tokens[at + 1].children))
    return tables


print(json.dumps([read(path) for path in sys.argv[1:]]))
