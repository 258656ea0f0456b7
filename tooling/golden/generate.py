"""Writes every golden, or with --check tells which ones would change."""

import sys
import warnings

import attention
import boxes
import conv
import data
import elementwise
import image_files
import layers
import losses
import matmul
import metrics
import optim
import papers
import recurrent
import reduce
import safetensors_file
import secondorder
import shape
from common import GOLDENS, Area

AREAS = {
    "elementwise": elementwise,
    "reduce": reduce,
    "shape": shape,
    "matmul": matmul,
    "conv": conv,
    "boxes": boxes,
    "data": data,
    "images": image_files,
    "layers": layers,
    "losses": losses,
    "attention": attention,
    "papers": papers,
    "optim": optim,
    "recurrent": recurrent,
    "metrics": metrics,
    "secondorder": secondorder,
    "safetensors": safetensors_file,
}

# PyTorch warns about "same" with even kernels and the mean of klDiv; both are wanted here.
warnings.simplefilter("ignore")


def build():
    files = {}
    for name, module in AREAS.items():
        area = Area(name)
        module.cases(area)
        files[f"{name}.json"] = area.text().encode()
        print(f"{name:12} {len(area.lines):4} cases {len(files[f'{name}.json']):8} bytes")
    files["tiny.safetensors"] = safetensors_file.file_bytes()
    print(f"total {sum(map(len, files.values()))} bytes")
    return files


def main():
    files = build()
    changed = [n for n, b in files.items() if not (GOLDENS / n).exists() or (GOLDENS / n).read_bytes() != b]
    if "--check" in sys.argv:
        if changed:
            sys.exit("differs: " + ", ".join(changed))
        return
    GOLDENS.mkdir(parents=True, exist_ok=True)
    for name in changed:
        (GOLDENS / name).write_bytes(files[name])
    print("wrote " + (", ".join(changed) or "nothing, all files are as they were"))


if __name__ == "__main__":
    main()
