"""Small pictures made here: landscapes as JPEG, posters and noise as PNG, so that nobody else's picture is in the sample mail."""
import functools
import math
import random
import struct
import zlib

SKIES = {  # sky above, sky at the horizon, far hills, near hills, water
    "harbour": ((52, 96, 158), (250, 214, 165), (96, 110, 150), (44, 60, 92), (120, 150, 176)),
    "evening": ((30, 34, 78), (232, 120, 88), (84, 60, 104), (34, 28, 56), (96, 70, 98)),
    "stairs": ((190, 204, 214), (240, 240, 232), (150, 158, 160), (96, 104, 110), (176, 182, 180)),
}


def mix(a, b, t):
    return tuple(x + (y - x) * t for x, y in zip(a, b))


def landscape(scene, width, height):
    """Rows of (r, g, b): a sky, two ridges, a sun, water with a glimmer."""
    top, low, far, near, water = SKIES[scene]
    rows = []
    for y in range(height):
        row, v = [], y / height
        for x in range(width):
            u = x / width
            ridge1 = 0.52 + 0.07 * math.sin(u * 7 + 1) + 0.03 * math.sin(u * 19)
            ridge2 = 0.62 + 0.05 * math.sin(u * 5 + 4) + 0.02 * math.sin(u * 23 + 2)
            sun = math.hypot((u - 0.7) * width, (v - 0.34) * height) / height
            if v > 0.74:
                glimmer = 0.35 * max(0.0, math.sin(v * 240 + 3 * math.sin(u * 30))) * max(0.0, 1 - abs(u - 0.7) * 4)
                colour = mix(mix(water, near, (v - 0.74) * 1.6), (255, 240, 205), glimmer)
            elif v > ridge2:
                colour = near
            elif v > ridge1:
                colour = far
            else:
                colour = mix(top, low, min(1.0, v / 0.55))
                colour = mix(colour, (255, 236, 190), max(0.0, min(1.0, (0.09 - sun) * 60))) if sun < 0.11 else colour
            row.append(colour)
        rows.append(row)
    return rows


# ---- PNG -------------------------------------------------------------------------------------------------------------

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@functools.lru_cache(None)
def png(what, width, height):
    """`poster`: bars of colour; `noise`: an RGB picture that can't be packed, width × height × 3 bytes."""
    if what == "noise":
        dice = random.Random(width)
        rows = b"".join(b"\0" + dice.randbytes(width * 3) for _ in range(height))
    else:
        colours = [(23, 62, 138), (247, 203, 69), (245, 240, 228), (201, 79, 61)]
        rows = b"".join(b"\0" + b"".join(bytes(colours[(x * 5 // width + y * 7 // height) % 4]) for x in range(width)) for y in range(height))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + \
        chunk(b"IDAT", zlib.compress(rows, 6)) + chunk(b"IEND", b"")


# ---- JPEG: baseline, 4:4:4, the tables of ITU T.81 Annex K -----------------------------------------------------------

ZIGZAG = sorted(range(64), key=lambda i: (i // 8 + i % 8, i // 8 if (i // 8 + i % 8) % 2 else i % 8))
QUANT = [16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
         18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99]
QUANT = [max(1, (q + 1) // 2) for q in QUANT]
DC_COUNTS, DC_VALUES = bytes([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]), bytes(range(12))
AC_COUNTS = bytes([0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7D])
AC_VALUES = bytes.fromhex(
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a"
    "535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6"
    "c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa")
COSINES = [[(math.sqrt(0.125) if k == 0 else 0.5) * math.cos((2 * n + 1) * k * math.pi / 16) for n in range(8)] for k in range(8)]


def huffman(counts, values):
    codes, code, at = {}, 0, 0
    for length, count in enumerate(counts, 1):
        for _ in range(count):
            codes[values[at]] = (code, length)
            code, at = code + 1, at + 1
        code <<= 1
    return codes


DC, AC = huffman(DC_COUNTS, DC_VALUES), huffman(AC_COUNTS, AC_VALUES)


def coefficients(block):
    """The quantised DCT of 8 rows of 8 samples, in zigzag order."""
    rows = [[sum(c * s for c, s in zip(COSINES[k], row)) for k in range(8)] for row in block]
    columns = list(zip(*rows))
    table = [[sum(c * s for c, s in zip(COSINES[k], column)) for column in columns] for k in range(8)]
    return [round(table[i // 8][i % 8] / QUANT[i]) for i in ZIGZAG]


def bits_of(value):
    size = abs(value).bit_length()
    return size, value if value >= 0 else value + (1 << size) - 1


@functools.lru_cache(None)
def jpeg(scene, width, height):
    pixels = landscape(scene, width, height)
    planes = [[[0.299 * r + 0.587 * g + 0.114 * b - 128 for r, g, b in row] for row in pixels],
              [[-0.1687 * r - 0.3313 * g + 0.5 * b for r, g, b in row] for row in pixels],
              [[0.5 * r - 0.4187 * g - 0.0813 * b for r, g, b in row] for row in pixels]]
    out, last = [], [0, 0, 0]
    for y in range(0, height, 8):
        for x in range(0, width, 8):
            for p, plane in enumerate(planes):
                block = []
                for row in (plane[min(y + j, height - 1)] for j in range(8)):
                    cut = row[x:x + 8]
                    block.append(cut + cut[-1:] * (8 - len(cut)))
                zz = coefficients(block)
                size, value = bits_of(zz[0] - last[p])
                last[p] = zz[0]
                out.append(DC[size])
                out.append((value, size))
                run = 0
                end = max((i for i in range(1, 64) if zz[i]), default=0)
                for coefficient in zz[1:end + 1]:
                    if coefficient == 0:
                        run += 1
                        continue
                    while run > 15:
                        out.append(AC[0xF0])
                        run -= 16
                    size, value = bits_of(coefficient)
                    out.append(AC[run << 4 | size])
                    out.append((value, size))
                    run = 0
                if end < 63:
                    out.append(AC[0])
    text = "".join(format(value, "0%db" % size) for value, size in out if size)
    text += "1" * (-len(text) % 8)
    scan = int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\x00")
    segment = lambda marker, data: b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data
    return (b"\xff\xd8" + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + segment(0xDB, b"\0" + bytes(QUANT[i] for i in ZIGZAG))
            + segment(0xC0, struct.pack(">BHHB", 8, height, width, 3) + b"\1\x11\0\2\x11\0\3\x11\0")
            + segment(0xC4, b"\x00" + DC_COUNTS + DC_VALUES + b"\x10" + AC_COUNTS + AC_VALUES)
            + segment(0xDA, b"\3\1\0\2\0\3\0\0\x3f\0") + scan + b"\xff\xd9")
