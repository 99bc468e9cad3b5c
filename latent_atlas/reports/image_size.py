"""Images brought to another size and other colours: what models of two sizes are looked at in."""

from torch import Tensor
from torch.nn.functional import interpolate

Shape = tuple[int, int, int]

_LUMA = (0.299, 0.587, 0.114)  # of red, green and blue, as Pillow has them


def at_size(images: Tensor, shape: Shape) -> Tensor:
    """Images [N, C, H, W] as floats of another shape [C, H, W]: smooth, and without aliasing.

    Grey becomes three equal channels, and colour its luma.
    """
    if images.shape[1:] == shape:
        return images
    channels, height, width = shape
    if channels == 1 and images.shape[1] == 3:
        images = (images * images.new_tensor(_LUMA)[:, None, None]).sum(1, keepdim=True)
    if images.shape[2:] != (height, width):
        images = interpolate(
            images, (height, width), mode="bilinear", antialias=True, align_corners=False
        )
    return images.expand(-1, channels, -1, -1)
