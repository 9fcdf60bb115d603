/// The larger of each pair of positions; an odd last position is dropped.
///
/// - Parameters:
///   - x: (length, size), `size` a multiple of 16.
///   - y: (length / 2, size)
func maxPoolForward(
  _ x: UnsafePointer<Float>, length: Int, size: Int, into y: UnsafeMutablePointer<Float>
) {
  for pair in 0..<length / 2 {
    let first = x + 2 * pair * size
    let target = y + pair * size
    for index in stride(from: 0, to: size, by: 16) {
      target.store(first.lanes(at: index).larger(first.lanes(at: index &+ size)), at: index)
    }
  }
}

/// Gives dY to the larger one of each pair, to the first where they are equal (as PyTorch does).
func maxPoolBackward(
  _ x: UnsafePointer<Float>, length: Int, size: Int, _ dY: UnsafePointer<Float>,
  into dX: UnsafeMutablePointer<Float>
) {
  for pair in 0..<length / 2 {
    let first = x + 2 * pair * size
    let target = dX + 2 * pair * size
    for index in stride(from: 0, to: size, by: 16) {
      let isSecond = first.lanes(at: index &+ size) .> first.lanes(at: index)
      let d = dY.lanes(at: pair &* size &+ index)
      target.store(d.replacing(with: 0, where: isSecond), at: index)
      target.store(Lanes().replacing(with: d, where: isSecond), at: index &+ size)
    }
  }
  if length % 2 == 1 { (dX + (length - 1) * size).update(repeating: 0, count: size) }
}
