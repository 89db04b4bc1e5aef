"""Tables in Markdown and LaTeX: the numbers are read, headings are left out and said."""

import pytest

from poolviz.readers import ReadError, read_csv

TABLES = {
    "Markdown": ("| a | b |\n|---|:-:|\n| 1 | 2 |\n| **3** | `4` |", [[1, 2], [3, 4]], ["a, b"]),
    "without bars around": ("a | b\n--|--\n1 | 2", [[1, 2]], ["a, b"]),
    "a heading of numbers is a row": ("| 5 | 6 |\n|--|--|\n| 1 | 2 |", [[5, 6], [1, 2]], []),
    "an empty heading": ("|  |  |\n|--|--|\n| 1 | 2 |", [[1, 2]], []),
    "names of rows": ("n | x\n-|-\nmax | 1\nmin | 2", [[1], [2]], ["n, x", "max, min"]),
    "an index under a blank corner": (
        "|    |   0 |   1 |\n|---:|----:|----:|\n|  0 | 1.5 |  -2 |\n|  1 |   3 | nan |",
        [[1.5, -2], [3, "nan"]],
        ["0, 1", "0, 1"],
    ),
    "a drawn grid": (
        "+---+---+\n| a | b |\n+===+===+\n| 1 | 2 |\n+---+---+",
        [[1, 2]],
        ["a, b"],
    ),
    "a tabular": (
        r"""\begin{table}[ht] \caption{A & B} \centering
        \begin{tabular}{@{}l|S[table-format=1.2]r@{}} % the columns
        \toprule Model & a & b \\ \midrule
        Max & 1 & $2{,}5$ \\[2pt]
        Min & \textbf{3} & $-1.5 \times 10^{-3}$ \\ \cline{1-2} \bottomrule
        \end{tabular} \label{t} \end{table}""",
        [[1, 2.5], [3, -0.0015]],
        ["Model, a, b", "Max, Min"],
    ),
    "a matrix": (r"\begin{bmatrix} 1 & -2 \\ 3 & \infty \end{bmatrix}", [[1, -2], [3, "inf"]], []),
    "rows alone": ("1 & 2 \\\\ \\hline\n3 & {4} \\\\", [[1, 2], [3, 4]], []),
    "thin gaps in thousands": (r"1\,234 & \num{5} \\ 2 & 3", [[1234, 5], [2, 3]], []),
    "one column": ("\\begin{array}{c} 1 \\\\ 2 \\end{array}", [[1], [2]], []),
}


@pytest.mark.parametrize(("text", "matrix", "headings"), TABLES.values(), ids=TABLES)
def test_a_table_is_read_and_its_headings_are_said(text, matrix, headings):
    reading = read_csv(text)
    assert str(reading.matrix.tolist()) == str([[float(n) for n in row] for row in matrix])
    left_out = [note for note in reading.notes if "left out" in note]
    assert [note.split("“")[1].split("”")[0] for note in left_out] == headings


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("| a |\n|---|\n| b |", "“b” is not a number|header"),
        ("| 1 | 2 |\n|--|--|\n| 1 |", "Numbers in line 3: 1; in the first row: 2"),
        ("| 1 | 2 |\n|--|--|\n|  | 1 |", "Line 3, column 1 is empty"),
        ("|---|---|", "no numbers"),
        (r"\begin{tabular}{c} 1 \end{tabular} \begin{tabular}{c} 2 \end{tabular}", "several"),
        (r"\begin{tabular}{cc} 1 & x \\ \end{tabular}", "“x” is not a number"),
        (r"\begin{tabular}{c", "not a number|header"),
        ("1|2\n" * 600, "more than 512 rows"),
        ("1 & 2 \\\\" * 600, "more than 512 rows"),
        ("|".join("1" * 600), "more than 512 numbers"),
    ],
)
def test_table_faults(text, words):
    with pytest.raises(ReadError, match=words):
        read_csv(text)
