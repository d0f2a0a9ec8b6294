"""HTTP/1 answers as browsers read them.

The parser below httpx keeps to the letter, where browsers take bare LF, lines without a colon, an unreadable
Content-Length and much more. Here an answer is read as the browser would (`head`, `chunked`, `answer`), straight off a
connection (`passage`); under httpx it is said again in the one way that every parser takes (`streams`).
"""
