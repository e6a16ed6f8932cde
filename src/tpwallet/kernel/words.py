"""Words of memory by address, for compiled loops.

Passing a dozen arrays through nested compiled calls costs more than the work they do (each is
nine words of description, and slices count references). So a state's arrays are found through one
block of words that holds their addresses and counters; loops take the address of that block, and
of records, as plain integers. Python keeps the arrays alive for as long as the state lives;
addresses never leave it.
"""

import mmap
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from tpwallet.compiled import compiled

_WORD = ir.IntType(64)


def _pointer(builder: Any, address: Any, word: Any) -> Any:
    base = builder.inttoptr(address, _WORD.as_pointer())
    return builder.gep(base, [word], source_etype=_WORD)


@intrinsic
def get(typingctx: Any, address: Any, word: Any) -> Any:
    """The unsigned word number `word` after `address`."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load(_pointer(builder, args[0], args[1]), typ=_WORD)

    return types.uint64(types.int64, types.int64), codegen


@intrinsic
def put(typingctx: Any, address: Any, word: Any, value: Any) -> Any:
    """Write the word number `word` after `address`."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.store(args[2], _pointer(builder, args[0], args[1]))
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.uint64), codegen


@intrinsic
def fetch(typingctx: Any, address: Any) -> Any:
    """Tell the processor that the words at `address` will be read and written soon.

    Nothing but time depends on it, so the address may be any (LLVM's `prefetch`).
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        pointer = builder.inttoptr(args[0], ir.IntType(8).as_pointer())
        flag = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [pointer.type, flag, flag, flag])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", (pointer.type,), kind)
        to_write, in_all_caches, of_data = flag(1), flag(3), flag(1)
        builder.call(prefetch, [pointer, to_write, in_all_caches, of_data])
        return context.get_dummy_value()

    return types.void(types.int64), codegen


@intrinsic
def touch(typingctx: Any, address: Any) -> Any:
    """Have the page at `address` given memory, by writing 0 where 0 is, in one step: whoever writes
    there at the same time loses nothing.
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        pointer = builder.inttoptr(args[0], _WORD.as_pointer())
        builder.cmpxchg(pointer, _WORD(0), _WORD(0), "monotonic", "monotonic")
        return context.get_dummy_value()

    return types.void(types.int64), codegen


@compiled
def touch_pages(address: Any, length: Any) -> Any:
    """Have every page of so many bytes given memory."""
    for offset in range(0, length, mmap.PAGESIZE):
        touch(address + offset)


def address_of(array: np.ndarray) -> int:
    """Address of the first byte of a C-contiguous array.

    **Rejects** any other array: its rows do not follow one another.
    """
    if not array.flags.c_contiguous:
        raise ValueError("a strided array has no word order")
    return int(array.ctypes.data)


@compiled
def records_at(words: Any) -> Any:
    """Address of the first byte of an array whose words follow one another: of one made by
    `words_of`. Where every command passes, this takes a sixth of the time of `address_of`.
    """
    return words.ctypes.data
