"""Small files that ask a parser for far too much time or memory, each made by a few lines."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Mapping

from PIL import Image

TEXT = b"BT /F1 10 Tf 72 700 Td (" + b"The patient was seen in the clinic today and feels well. " * 3 + b") Tj ET"
_PAGE = "/Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R"
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
SIDE = 35_000


def repeated(piece: bytes, times: int) -> bytes:
    """``piece`` many times, as zlib compresses it: the compressed form is repeated, gigabytes are never made."""
    block = piece * max(1, 2**20 // len(piece))
    count, rest = divmod(len(piece) * times, len(block))
    packer = zlib.compressobj(9)
    out = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    head, body = out[:2], out[2:]
    last = zlib.compressobj(9, wbits=-15)
    check = 1
    for _ in range(count):
        check = zlib.adler32(block, check)
    check = zlib.adler32(block[:rest], check)
    return head + body * count + last.compress(block[:rest]) + last.flush() + struct.pack(">I", check)


def stream(data: bytes, entries: str = "", filters: int = 0, packed: int = 0) -> bytes:
    """A stream object; ``filters`` times through Flate, one inside the other, of which ``packed`` are done."""
    for _ in range(filters - packed):
        data = zlib.compress(data, 9)
    names = f"/Filter[{'/FlateDecode ' * filters}]" if filters else ""
    return f"<<{entries}{names}/Length {len(data)}>>stream\n".encode() + data + b"\nendstream"


def pdf(objects: Mapping[int, bytes | str], trailer: str = "/Root 1 0 R") -> bytes:
    """A file of numbered objects with a correct table."""
    out, offsets = io.BytesIO(), {0: 0}
    out.write(b"%PDF-1.7\n")
    for number, body in sorted(objects.items()):
        offsets[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body.encode() if isinstance(body, str) else body))
    start, size = out.tell(), max(offsets) + 1
    out.write(b"xref\n0 %d\n" % size)
    free = b"0000000000 65535 f \n"
    out.writelines(b"%010d 00000 n \n" % offsets[n] if offsets.get(n) else free for n in range(size))
    out.write(b"trailer\n<</Size %d%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer.encode(), start))
    return out.getvalue()


def page_of(content: bytes = TEXT, resources: str = "", page: str = "", filters: int = 0, packed: int = 0,
            more: Mapping[int, bytes | str] | None = None, box: str = "[0 0 612 792]") -> bytes:
    """One page with a font ``/F1``; ``more`` are objects from number 6 on."""
    return pdf({
        1: "<</Type/Catalog/Pages 2 0 R>>", 2: "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: f"<</Type/Page/Parent 2 0 R/MediaBox{box}/Resources<</Font<</F1 4 0 R>>{resources}>>/Contents 5 0 R{page}>>",
        4: _FONT, 5: stream(content, "", filters, packed), **(more or {})})


def huge_image(bits: int, space: str, components: int) -> bytes:
    """White or black all over; every pixel is there."""
    image = stream(repeated(bytes(components * bits * 125), SIDE * SIDE // 1000), filters=2, packed=1,
                   entries=f"/Type/XObject/Subtype/Image/Width {SIDE}/Height {SIDE}/BitsPerComponent {bits}"
                           f"/ColorSpace/{space}")
    return page_of(b"q 612 0 0 792 0 0 cm /I Do Q", "/XObject<</I 6 0 R>>", more={6: image})


def claimed_image(name: str, payload: bytes) -> bytes:
    """A JBIG2 or JPEG 2000 picture that says it is huge."""
    image = stream(payload, f"/Type/XObject/Subtype/Image/Width 2000000/Height 2000000/BitsPerComponent 1"
                            f"/ColorSpace/DeviceGray/Filter/{name}")
    return page_of(b"q 612 0 0 792 0 0 cm /I Do Q", "/XObject<</I 6 0 R>>", more={6: image})


def _jbig2() -> bytes:
    info = struct.pack(">IIIIBH", 0xFFFFFFF0, 0xFFFFFFF0, 0, 0, 0, 0)
    return struct.pack(">IBBBI", 0, 48, 0, 1, len(info)) + info


def _jpx() -> bytes:
    side = 2**31 - 1
    size = struct.pack(">HHIIIIIIIIH", 47, 0, side, side, 0, 0, side, side, 0, 0, 3) + b"\x07\x01\x01" * 3
    return b"\xff\x4f\xff\x51" + size + b"\xff\xd9"


def forms(levels: int, calls: int, loop: bool = False) -> bytes:
    """Form XObjects that draw the next one ``calls`` times; the last draws text, or the first form again."""
    more: dict[int, bytes | str] = {}
    for level in range(levels):
        following = 6 + (level + 1) % levels
        last = level == levels - 1 and not loop
        content = TEXT if last else b"/X Do " * calls
        more[6 + level] = stream(content, "/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</Font<</F1 4 0 R>>"
                                          f"/XObject<</X {following} 0 R>>>>")
    return page_of(TEXT + b" /X Do", "/XObject<</X 6 0 R>>", more=more)


def page_tree(kids: str, count: int, more: Mapping[int, bytes | str] | None = None) -> bytes:
    return pdf({1: "<</Type/Catalog/Pages 2 0 R>>", 2: f"<</Type/Pages/Kids[{kids}]/Count {count}>>",
                3: f"<<{_PAGE}>>", 4: _FONT, 5: stream(TEXT), **(more or {})})


def deep_tree(depth: int) -> bytes:
    more = {10 + i: f"<</Type/Pages/Count 1/Kids[{11 + i} 0 R]/Parent {9 + i} 0 R>>" for i in range(depth)}
    more[10 + depth] = f"<<{_PAGE}>>"
    return page_tree("10 0 R", 1, dict(more))


def annotated(count: int) -> bytes:
    head = "<</Type/Annot/Subtype/FreeText/Contents(ok)"
    more = {6 + i: f"{head}/Rect[{i % 600} {i // 600} {i % 600 + 5} {i // 600 + 5}]>>" for i in range(count)}
    return page_of(page="/Annots[" + " ".join(f"{n} 0 R" for n in more) + "]", more=dict(more))


def paths(count: int) -> bytes:
    drawn = b"".join(b"%d %d m %d %d l S\n" % (i % 600, i // 600, i % 600 + 3, i // 600 + 5) for i in range(count))
    return page_of(TEXT + b"\n" + drawn, filters=1)


def texts(count: int) -> bytes:
    placed = b"".join(b"1 0 0 1 %d %d Tm (ab) Tj\n" % (i * 7 % 600, i // 90 % 780) for i in range(count))
    return page_of(b"BT /F1 4 Tf\n" + placed + b"ET", filters=1)


def to_unicode(ranges: int) -> bytes:
    lines = b"".join(b"1 beginbfrange <0000> <FFFF> <%04X> endbfrange\n" % (i % 65536) for i in range(ranges))
    return page_of(TEXT.replace(b"F1", b"F2"), "/Font<</F2 6 0 R>>", more={
        6: "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[7 0 R]/ToUnicode 8 0 R>>",
        7: "<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(A)/Ordering(I)/Supplement 0>>>>",
        8: stream(b"begincmap\n" + lines + b"endcmap", filters=1)}).replace(b"/Font<</F1 4 0 R>>/Font", b"/Font")


def xref_loop() -> bytes:
    data = page_of()
    return data.replace(b"/Root", b"/Prev %d/Root" % data.rfind(b"xref\n0"))


def object_stream_in_itself() -> bytes:
    """The catalog lies in an object stream which lies in itself."""
    body = b"6 0 1 30 " + b"<</Type/ObjStm>>".ljust(30) + b"<</Type/Catalog/Pages 2 0 R>>"
    head = page_of(more={6: stream(body, "/Type/ObjStm/N 2/First 9/Extends 6 0 R")})
    places = ((0, 0, 0), (2, 6, 1), (2, 6, 2), (2, 6, 3), (0, 0, 0), (0, 0, 0), (2, 6, 0))
    rows = stream(b"".join(struct.pack(">BIB", *place) for place in places), "/Type/XRef/Size 7/W[1 4 1]/Root 1 0 R")
    return head + b"9 0 obj" + rows + b"endobj\nstartxref\n%d\n%%%%EOF" % len(head)


def function_loops() -> bytes:
    nested = b"{" + b"dup 0 gt {" * 500 + b"1 sub" + b"} if" * 500 + b"}"
    return page_of(TEXT + b" /S sh", "/Shading<</S 6 0 R>>", more={
        6: "<</ShadingType 1/ColorSpace/DeviceGray/Domain[0 1 0 1]/Matrix[612 0 0 792 0 0]/Function 7 0 R>>",
        7: stream(nested, "/FunctionType 4/Domain[0 1 0 1]/Range[0 1]"),
        8: "<</FunctionType 3/Domain[0 1]/Functions[8 0 R 8 0 R]/Bounds[0.5]/Encode[0 1 0 1]>>"})


def function_in_itself() -> bytes:
    return page_of(TEXT + b" /S sh", "/Shading<</S 6 0 R>>", more={
        6: "<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 612 0]/Function 7 0 R>>",
        7: "<</FunctionType 3/Domain[0 1]/Functions[7 0 R 7 0 R]/Bounds[0.5]/Encode[0 1 0 1]>>"})


def tiling() -> bytes:
    """A pattern with cells of a thousandth of a point, drawn as outlines alone so that the page is looked at."""
    return page_of(b"/Pattern cs /P scn 0 0 612 792 re f", "/Pattern<</P 6 0 R>>", more={6: stream(
        b"0 0 1 1 re f", "/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 0.001/YStep 0.001"
                         "/Resources<<>>")})


def outline(count: int) -> bytes:
    more: dict[int, bytes | str] = {6: f"<</Type/Outlines/First 7 0 R/Last {6 + count} 0 R/Count {count}>>"}
    for i in range(count):
        more[7 + i] = f"<</Title(x)/Parent 6 0 R/Next {8 + i if i < count - 1 else 7} 0 R>>"
    return page_of(more=more).replace(b"/Pages 2 0 R>>", b"/Pages 2 0 R/Outlines 6 0 R>>", 1)


def tiff(directories: int, loop: bool = False) -> bytes:
    """Frames of one white pixel, and the last directory points to the first again."""
    out = io.BytesIO()
    out.write(struct.pack("<2sHII", b"II", 42, 12, 0xFFFFFFFF))
    tags = ((256, 4, 1, 1), (257, 4, 1, 1), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8),
            (277, 3, 1, 1), (278, 4, 1, 1), (279, 4, 1, 1))
    size = 2 + 12 * len(tags) + 4
    for index in range(directories):
        last = index == directories - 1
        following = (12 if loop else 0) if last else 12 + (index + 1) * size
        out.write(struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags))
        out.write(struct.pack("<I", following))
    return out.getvalue()


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, bits: int = 8, color: int = 2, data: bytes = b"", text: bytes = b"") -> bytes:
    """``color`` is 0 for grey, 2 for RGB, 6 for RGBA; ``data`` and ``text`` are compressed."""
    head = _png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, 0))
    more = _png_chunk(b"zTXt", b"k\0\0" + text) if text else b""
    return (b"\x89PNG\r\n\x1a\n" + head + more + _png_chunk(b"IDAT", data or repeated(b"\0", 5000))
            + _png_chunk(b"IEND", b""))


def large_tiff(side: int) -> bytes:
    """One bit a pixel, all of them there, as one Flate strip."""
    strip = repeated(bytes(side // 8 + 1), side)
    tags = ((256, 4, 1, side), (257, 4, 1, side), (258, 3, 1, 1), (259, 3, 1, 8), (262, 3, 1, 1), (273, 4, 1, 8),
            (277, 3, 1, 1), (278, 4, 1, side), (279, 4, 1, len(strip)))
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)
    return struct.pack("<2sHI", b"II", 42, 8 + len(strip)) + strip + directory


def jpeg(width: int, height: int) -> bytes:
    """A picture whose header claims other sides than its data have."""
    out = io.BytesIO()
    Image.new("RGB", (16, 16), "white").save(out, "JPEG")
    data, at = out.getvalue(), out.getvalue().index(b"\xff\xc0")
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def places_without_numbers() -> bytes:
    """Pictures, text and paths whose matrices grow until they are infinite, and then no numbers at all."""
    image = stream(bytes(16), "/Type/XObject/Subtype/Image/Width 4/Height 4/BitsPerComponent 8/ColorSpace/DeviceGray")
    drawn = b"0 0 0 842 0 0 cm /I Do 0 0 m 9 9 20 20 30 9 c S " + TEXT
    return page_of(TEXT + drawn * 40, "/XObject<</I 6 0 R>>", more={6: image})


def columns(apart: bytes) -> bytes:
    """Ten rows of two cells."""
    cells = b"BT /F1 10 Tf 72 %d Td (Glucose in the morning) Tj %s 0 Td (95 mg in a dl) Tj ET\n"
    return b"".join(cells % (700 - 14 * row, apart) for row in range(10))


def nested_arrays(depth: int) -> bytes:
    return page_of(page="/Nest" + "[" * depth + "]" * depth)


TEXT_PAGE, OCR, FAILED = "embedded_text", "external_ocr", "PARSER_FAILED"

BOMBS: dict[str, tuple[Callable[[], bytes], frozenset[str]]] = {
    name: (make, frozenset(ends)) for name, make, *ends in (
        ("image of 35,000 px, 1 bit", lambda: huge_image(1, "DeviceGray", 1), OCR),
        ("image of 35,000 px, 8 bit RGB", lambda: huge_image(8, "DeviceRGB", 3), OCR),
        ("JBIG2 of 4 million million px", lambda: claimed_image("JBIG2Decode", _jbig2()), OCR),
        ("JPEG 2000 of 4 million million px", lambda: claimed_image("JPXDecode", _jpx()), OCR),
        ("PNG of 35,000 px", lambda: png(SIDE, SIDE, 1, 0, repeated(bytes(4376), SIDE)), "PAGE_TOO_LARGE"),
        ("PNG of 10,000 px with alpha",
         lambda: png(10_000, 10_000, 8, 6, repeated(bytes(40_001), 10_000)), TEXT_PAGE, FAILED),
        ("TIFF of 35,000 px", lambda: large_tiff(SIDE), "PAGE_TOO_LARGE"),
        ("JPEG that claims 65,000 px", lambda: jpeg(65_000, 65_000), "PAGE_TOO_LARGE"),
        ("PNG that claims 2^31 px", lambda: png(2**31 - 1, 2**31 - 1), "PAGE_TOO_LARGE"),
        ("PNG with a text of 1 GB", lambda: png(40, 40, text=repeated(b"x", 10**9)), "CORRUPT"),
        ("page of 14,400 pt", lambda: page_of(box="[0 0 14400 14400]"), TEXT_PAGE),
        ("UserUnit of 75,000", lambda: page_of(page="/UserUnit 75000", box="[0 0 14400 14400]"), TEXT_PAGE),
        ("page of 10^9 pt", lambda: page_of(box="[0 0 1000000000 1000000000]"), TEXT_PAGE),
        ("480 MB of content, Flate in Flate in Flate",
         lambda: page_of(repeated(b"0 0 1 1 re f ", 37_000_000), filters=3, packed=1), FAILED),
        ("4 GB of zeros, Flate in Flate in Flate",
         lambda: page_of(repeated(b"\0", 2**32), filters=3, packed=1), TEXT_PAGE, FAILED),
        ("forms, 1,000 deep", lambda: forms(1000, 1), TEXT_PAGE, OCR),
        ("forms in a loop", lambda: forms(3, 2, loop=True), FAILED),
        ("forms, 10 levels of 10 each", lambda: forms(10, 10), FAILED),
        ("page tree in a loop", lambda: page_tree("2 0 R 3 0 R", 5), "CORRUPT"),
        ("page tree, 5,000 deep", lambda: deep_tree(5000), "NO_PAGES"),
        ("page tree of 100,000 kids", lambda: page_tree("3 0 R " * 100_000, 100_000), "TOO_MANY_PAGES"),
        ("page tree that claims 2,000,000,000", lambda: page_tree("3 0 R", 2_000_000_000), TEXT_PAGE),
        ("page tree that claims 1,000,000", lambda: page_tree("3 0 R", 1_000_000), "TOO_MANY_PAGES"),
        ("20,000 annotations", lambda: annotated(20_000), OCR),
        ("100,000 paths", lambda: paths(100_000), TEXT_PAGE, OCR),
        ("300,000 texts", lambda: texts(300_000), TEXT_PAGE, FAILED),
        ("ToUnicode of 20,000 full ranges", lambda: to_unicode(20_000), OCR),
        ("xref loop", xref_loop, TEXT_PAGE),
        ("object stream in itself", object_stream_in_itself, "CORRUPT"),
        ("type 4 function, 500 deep", function_loops, TEXT_PAGE, OCR),
        ("type 3 function in itself", function_in_itself, TEXT_PAGE, OCR),
        ("tiling step of 0.001", tiling, FAILED, OCR),
        ("TIFF in a loop", lambda: tiff(3, loop=True), TEXT_PAGE),
        ("TIFF of 100,000 frames", lambda: tiff(100_000), "TOO_MANY_PAGES"),
        ("500,000 outline items in a loop", lambda: outline(500_000), TEXT_PAGE),
        ("places without numbers", places_without_numbers, TEXT_PAGE, OCR),
        ("columns 30 million points apart", lambda: page_of(columns(b"30000000")), TEXT_PAGE),
        ("columns 10^9 points apart on their page",
         lambda: page_of(columns(b"999999000"), box="[0 0 1000000000 1000000000]"), TEXT_PAGE),
        ("arrays, 100,000 deep", lambda: nested_arrays(100_000), TEXT_PAGE),
    )
}
"""Name, maker, and the ways or codes it may end with."""
