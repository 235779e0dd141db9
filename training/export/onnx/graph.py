"""A graph is written node by node with a thin layer over `onnx.helper`, in names a reader knows."""

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from training.quantization import quantize

# The lowest that has Gelu; ONNX Runtime Web 1.30 has all our operators of it on WASM and WebGPU.
OPSET = 20
IR_VERSION = 9  # The one that came with opset 20.

Dim = int | str  # A string is a free axis: "batch".


class GraphBuilder:
    """Collects nodes and constants; every method returns the name of a tensor."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.initializers: list[TensorProto] = []

    def constant(self, name: str, value: np.ndarray) -> str:
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def quantized(self, name: str, weight: np.ndarray, axis: int) -> str:
        """A float32 weight kept as int8 with one scale per index of `axis`."""
        quantized = quantize(weight, axis)
        values = self.constant(f"{name}.values", quantized.values)
        scales = self.constant(f"{name}.scales", quantized.scales)
        return self.node("DequantizeLinear", [values, scales], name, axis=axis)

    def quantized_rows(self, name: str, table: np.ndarray, ids: str) -> str:
        """Rows [..., D], by int64 `ids` [...], of a table [V, D] kept as int8 with one scale a row.

        Looked up before they are scaled, and so without DequantizeLinear: ONNX Runtime would
        unpack the whole table at load, for a few rows a run.
        """
        quantized = quantize(table, axis=0)
        values = self.constant(f"{name}.values", quantized.values)
        scales = self.constant(f"{name}.scales", quantized.scales[:, np.newaxis])
        rows = self.node("Gather", [values, ids], f"{name}.int8_rows")
        as_float = self.node("Cast", [rows], f"{name}.float_rows", to=TensorProto.FLOAT)
        row_scales = self.node("Gather", [scales, ids], f"{name}.row_scales")
        return self.node("Mul", [as_float, row_scales], name)

    def node(self, operator: str, inputs: Sequence[str], output: str, **attributes: object) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def node_of_many(
        self, operator: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: object
    ) -> Sequence[str]:
        """One node with several outputs."""
        self.nodes.append(
            helper.make_node(operator, inputs, outputs, name=outputs[0], **attributes)
        )
        return outputs

    def optional_stack(
        self, condition: str, tensors: Sequence[str], output: str, empty: Sequence[int]
    ) -> str:
        """`tensors` stacked on a new first axis if the bool scalar `condition` holds, else nothing.

        See `optional`.
        """
        stack = GraphBuilder()
        axis = stack.node(
            "Constant", [], f"{output}.axis", value=numpy_helper.from_array(np.array([0], np.int64))
        )
        parts = [
            stack.node("Unsqueeze", [tensor, axis], f"{output}.{i}")
            for i, tensor in enumerate(tensors)
        ]
        stack.node("Concat", parts, f"{output}.stacked", axis=0)
        return self.optional(condition, stack, f"{output}.stacked", output, empty)

    def optional(
        self,
        condition: str,
        then: "GraphBuilder",
        result: str,
        output: str,
        empty: Sequence[int],
    ) -> str:
        """What `then` computes as `result` if the bool scalar `condition` holds, else nothing.

        `empty` is the shape of nothing; its first axis is 0. An `If` and not a mere output, because
        ONNX Runtime computes every node of a graph whatever is fetched.
        """
        return self.optional_of_many(condition, then, {output: (result, empty)})[0]

    def optional_of_many(
        self,
        condition: str,
        then: "GraphBuilder",
        outputs: Mapping[str, tuple[str, Sequence[int]]],
    ) -> Sequence[str]:
        """Several results of `then`, by the names that they get, each with its shape of nothing.

        See `optional`.
        """
        first = next(iter(outputs))
        nothing = GraphBuilder()
        for output, (_, empty) in outputs.items():
            assert empty[0] == 0
            nothing.node(
                "Constant",
                [],
                f"{output}.nothing",
                value=numpy_helper.from_array(np.zeros(empty, np.float32)),
            )
        return self.node_of_many(
            "If",
            [condition],
            list(outputs),
            then_branch=then.branch(f"{first}.then", *(result for result, _ in outputs.values())),
            else_branch=nothing.branch(f"{first}.else", *(f"{name}.nothing" for name in outputs)),
        )

    def branch(self, name: str, *outputs: str) -> onnx.GraphProto:
        values = [
            helper.make_value_info(output, helper.make_tensor_type_proto(TensorProto.FLOAT, None))
            for output in outputs
        ]
        return helper.make_graph(self.nodes, name, [], values, self.initializers)

    def build(
        self, name: str, inputs: Sequence[ValueInfoProto], outputs: Sequence[ValueInfoProto]
    ) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.initializers)
        model = helper.make_model(
            graph,
            producer_name="lm-evolution",
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
        )
        onnx.checker.check_model(model, full_check=True)
        return model


def identity(x: str, output: str) -> GraphBuilder:
    """A branch that gives the tensor `x` on as `output`."""
    graph = GraphBuilder()
    graph.node("Identity", [x], output)
    return graph


def tensor(name: str, element_type: int, shape: Sequence[Dim]) -> ValueInfoProto:
    return helper.make_value_info(name, helper.make_tensor_type_proto(element_type, shape))


def serialize(model: onnx.ModelProto) -> bytes:
    """Equal models give equal bytes."""
    return model.SerializeToString(deterministic=True)
