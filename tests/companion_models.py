"""Files that draft for another model, cut out of one: its first layers alone, or its prediction heads."""

import gguf

from .gguf_writing import finished


def with_first_layers(source, path, layers, *, tokens=None, **changes):
    """A copy with its first `layers` alone, a smaller model with the same vocabulary. `tokens` take the
    place of its own; `changes` are of other metadata (`general__license` is `general.license`).
    """
    return _copy(source, path, range(layers), layers, 0, tokens, changes)


def heads_alone(source, path, layers, heads=1):
    """The prediction heads after so many layers, as publishers have them in `mtp-*.gguf`."""
    return _copy(source, path, range(layers, layers + heads), layers + heads, heads)


def _copy(source, path, blocks, count, heads, tokens=None, changes=None):
    reader = gguf.GGUFReader(source)
    arch = reader.fields["general.architecture"].contents()
    writer = gguf.GGUFWriter(path, arch)
    new = {name.replace("__", "."): value for name, value in (changes or {}).items()}
    new |= {f"{arch}.block_count": count, f"{arch}.nextn_predict_layers": heads}
    if tokens:
        new["tokenizer.ggml.tokens"] = tokens
    for name, field in reader.fields.items():
        if not name.startswith("GGUF.") and name != "general.architecture":
            is_list = field.types[0] == gguf.GGUFValueType.ARRAY
            value = new.pop(name, None)
            value = field.contents() if value is None else value
            writer.add_key_value(name, value, field.types[0], field.types[-1] if is_list else None)
    for name, value in new.items():
        kind = gguf.GGUFValueType.STRING if isinstance(value, str) else gguf.GGUFValueType.UINT32
        writer.add_key_value(name, value, kind)
    for one in reader.tensors:
        if not one.name.startswith("blk.") or int(one.name.split(".")[1]) in blocks:
            writer.add_tensor(one.name, one.data, raw_dtype=one.tensor_type)
    return finished(writer, path)
