"""Evens out what goes into each matrix product, so that whole numbers of eight bits carry it.

A few channels of a transformer's activations are tens of times as large as the others; with one scale for
all, the small ones are lost. Each channel is divided by a factor, and the weights that it meets are
multiplied by it: the product stays the same.
Source: Xiao et al. 2023, SmoothQuant.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from recipes.encoder.network import Layer, Network
from recipes.encoder.texts import Batches

_SHARE = 0.85
"""How much of the difficulty moves from the activations to the weights; at .5 a layer's last product (`fo`) loses more than it gains
(docs/adr/0007)."""
_AT_A_TIME = 16
_PARTS = ("q", "k", "v", "ao", "fi", "fo")


class Smoothed(nn.Module):
    """A linear layer with its input evened out."""

    def __init__(self, linear: nn.Linear, largest: Tensor) -> None:
        super().__init__()
        factors = largest.clamp(min=1e-4) ** _SHARE / linear.weight.abs().amax(dim=0).clamp(min=1e-4) ** (1.0 - _SHARE)
        self.register_buffer("shrink", 1.0 / factors)
        self.linear = nn.Linear(linear.in_features, linear.out_features)
        self.linear.weight.data.copy_(linear.weight * factors)
        self.linear.bias.data.copy_(linear.bias)

    def forward(self, x: Tensor) -> Tensor:
        """The same as the layer before."""
        return self.linear(x * self.shrink)


@torch.no_grad()
def smooth(network: Network, batches: Batches, texts: Sequence[str]) -> None:
    """Replace the linear layers of the stack; `texts` show how large each channel gets."""
    largest: dict[nn.Module, Tensor] = {}

    def watch(linear: nn.Module, given: tuple[Tensor, ...]) -> None:
        seen = given[0].abs().flatten(0, -2).amax(dim=0)
        largest[linear] = torch.maximum(largest.get(linear, seen), seen)

    layers: list[Layer] = list(network.stack)  # type: ignore[arg-type]
    hooks = [getattr(layer, part).register_forward_pre_hook(watch) for layer in layers for part in _PARTS]
    ordered = sorted(texts, key=batches.length)
    for start in range(0, len(ordered), _AT_A_TIME):
        network(*batches.batch(ordered[start : start + _AT_A_TIME]))
    for hook in hooks:
        hook.remove()
    for layer in layers:
        for part in _PARTS:
            linear = getattr(layer, part)
            setattr(layer, part, Smoothed(linear, largest[linear]))
