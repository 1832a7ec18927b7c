"""What became of a product file, in a shop owner's words."""

from lib.ui.language import N_

FORMATS = {
    "meta_feed": N_("Meta or Google product feed"),
    "google_xml": N_("Google product feed (XML)"),
    "shopify": N_("Shopify export"),
    "woocommerce_csv": N_("WooCommerce export"),
}

ROWS = {
    "availability_unknown": N_(
        "The availability is not one we know."
        " Write: in stock, out of stock, preorder, available for order or discontinued."
    ),
    "bad_bytes": N_("The text is damaged here. Save the file as UTF-8 again."),
    "currency_differs": N_("The price is in another currency than the shop's."),
    "currency_unknown": N_("The advertising platform does not know this currency."),
    "cut_off": N_("The file ends in the middle of this row. Export it again."),
    "empty_row": N_("Every cell is empty."),
    "field_too_long": N_("A cell holds more than a million characters."),
    "help_text": N_("A row of help from the template, not an item."),
    "id_missing": N_("The row has no id. Give each item one of its own."),
    "id_repeated": N_(
        "The id stands in the file more than once, with different content. Give each item one of its own."
    ),
    "id_too_long": N_("The id is longer than 100 characters."),
    "nul": N_("A cell holds a character that is not text. Export the file again."),
    "parent_missing": N_("It belongs to an item that is not in the file."),
    "parent_rejected": N_("It belongs to an item that was left out."),
    "price_ambiguous": N_("The number can be read in two ways. Write 1500 or 1.50."),
    "price_negative": N_("The price is below zero."),
    "price_too_fine": N_("The price has more decimals than the currency."),
    "price_unreadable": N_("This is not a price. Write it like 9.99 USD."),
    "product_rejected": N_("No row of this product can be sold."),
    "quote_inside": N_("A quotation mark stands inside a quoted cell. Double it."),
    "quote_open": N_("A quotation mark is opened and never closed."),
    "sale_dates_unreadable": N_("The dates of the sale can not be read. Write 2026-11-20/2026-11-30."),
    "same_row_again": N_("The same row was there before."),
    "title_missing": N_("The item has no title."),
    "too_few_cells": N_("The row has fewer cells than the header."),
    "too_many_cells": N_("The row has more cells than the header. Put a text that holds a comma in quotation marks."),
    "xml_broken": N_("The file stops being XML here. Export it again."),
    "xml_too_deep": N_("The elements are nested too deep."),
}

FILES = {
    "binary": N_("This is not a text file. Export the products as CSV, TSV or XML."),
    "broken_throughout": N_("The quotation marks are broken all through the file. Export it again."),
    "currency_differs_from_shop": N_("The shop counts in another currency. Choose another shop for this file."),
    "currency_unknown": N_("The advertising platform does not know this currency."),
    "empty": N_("The file is empty."),
    "encoding_unknown": N_("The file is not UTF-8. Save it as UTF-8, or say below how its text is written."),
    "encoding_wrong": N_("The text of the file is written in another way than the one chosen."),
    "packed": N_("The file is packed. Unpack it and import what is inside."),
    "parser_stopped": N_("Reading the file took more memory or time than allowed. Split it and import the parts."),
    "spreadsheet": N_("This is a spreadsheet. Save it as CSV (UTF-8) and import that."),
    "too_large": N_("The file is larger than allowed. Split it and import the parts."),
    "too_many_rows": N_("The file has more rows than allowed. Split it and import the parts."),
    "took_too_long": N_("Reading the file took too long. Split it and import the parts."),
    "unknown_format": N_("We do not know this format."),
    "web_page": N_("This is a web page, not a product file. The download may have asked for a login."),
    "xml_doctype": N_("The XML carries a document type declaration, which is refused for safety."),
}

ENCODINGS = {
    "": N_("As the file says (UTF-8)"),
    "cp1256": N_("Arabic (Windows)"),
    "iso8859-6": N_("Arabic (ISO)"),
    "cp1252": N_("Western European (Windows)"),
    "utf-16": N_("UTF-16"),
}
