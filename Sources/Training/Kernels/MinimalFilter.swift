/// Minimal filtering F(2, K) for K = 2 or 3 (Winograd 1980; Lavin, Gray 2016): two outputs of a
/// filter of K taps from K + 1 products instead of 2 K.
///
/// With inputs d0...dK, a step apart, y0 = sum of d[k] g[k] and y1 = sum of d[k + 1] g[k]:
///
///     K = 2:  V = d0 - d1, d1, d2 - d1                    y0 = M0 + M1
///             G = g0, g0 + g1, g1                         y1 = M1 + M2
///     K = 3:  V = d0 - d2, d1 + d2, d2 - d1, d3 - d1      y0 = M0 + M1 + M2
///             G = g0, (g0 + g1 + g2) / 2,                 y1 = M1 - M2 + M3
///                 (g0 - g1 + g2) / 2, g2
///
/// where M[i] = V[i] G[i]. The ways back are the transposes of the same sums. The first and the last
/// of G are taps; those between them are called the sums. All counts are multiples of 16.
struct MinimalFilter {
  /// K
  let taps: Int

  /// - Returns: nil where there is none for so many taps.
  init?(taps: Int) {
    guard taps == 2 || taps == 3 else { return nil }
    self.taps = taps
  }

  var products: Int { taps + 1 }
  /// Of taps, besides the taps themselves.
  var sums: Int { taps - 1 }

  /// The product's place in a list of the taps, then the sums.
  func place(ofProduct product: Int) -> Int {
    switch product {
    case 0: 0
    case taps: taps - 1
    default: taps + product - 1
    }
  }

  // MARK: Weights

  /// Puts the sums behind the taps; each is `count` long.
  func expand(_ g: UnsafeMutablePointer<Float>, count: Int) {
    for index in stride(from: 0, to: count, by: 16) {
      let (g0, g1) = (g.lanes(at: index), g.lanes(at: count &+ index))
      if taps == 2 {
        g.store(g0 + g1, at: 2 &* count &+ index)
      } else {
        let outer = g0 + g.lanes(at: 2 &* count &+ index)
        g.store((outer + g1) * 0.5, at: 3 &* count &+ index)
        g.store((outer - g1) * 0.5, at: 4 &* count &+ index)
      }
    }
  }

  /// Adds the gradient of the sums to that of the taps before them.
  func fold(_ dG: UnsafeMutablePointer<Float>, count: Int) {
    func add(_ lanes: Lanes, _ tap: Int, _ index: Int) {
      let place = tap &* count &+ index
      dG.store(dG.lanes(at: place) + lanes, at: place)
    }
    for index in stride(from: 0, to: count, by: 16) {
      let first = dG.lanes(at: taps &* count &+ index)
      if taps == 2 {
        add(first, 0, index)
        add(first, 1, index)
      } else {
        let second = dG.lanes(at: 4 &* count &+ index)
        add((first + second) * 0.5, 0, index)
        add((first - second) * 0.5, 1, index)
        add((first + second) * 0.5, 2, index)
      }
    }
  }

  // MARK: Rows

  /// V from d, whose parts begin `step` apart; those of V begin `stride` apart.
  func input(
    _ d: UnsafePointer<Float>, step: Int, count: Int, into v: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    for index in Swift.stride(from: 0, to: count, by: 16) {
      let (d0, d1) = (d.lanes(at: index), d.lanes(at: step &+ index))
      let d2 = d.lanes(at: 2 &* step &+ index)
      if taps == 2 {
        v.store(d0 - d1, at: index)
        v.store(d1, at: stride &+ index)
        v.store(d2 - d1, at: 2 &* stride &+ index)
      } else {
        let d3 = d.lanes(at: 3 &* step &+ index)
        v.store(d0 - d2, at: index)
        v.store(d1 + d2, at: stride &+ index)
        v.store(d2 - d1, at: 2 &* stride &+ index)
        v.store(d3 - d1, at: 3 &* stride &+ index)
      }
    }
  }

  /// Adds to d's gradient what V's means.
  func inputGradient(
    _ dV: UnsafePointer<Float>, stride: Int, count: Int,
    into dD: UnsafeMutablePointer<Float>, step: Int
  ) {
    func add(_ lanes: Lanes, _ part: Int, _ index: Int) {
      let place = part &* step &+ index
      dD.store(dD.lanes(at: place) + lanes, at: place)
    }
    for index in Swift.stride(from: 0, to: count, by: 16) {
      let (v0, v1) = (dV.lanes(at: index), dV.lanes(at: stride &+ index))
      let v2 = dV.lanes(at: 2 &* stride &+ index)
      add(v0, 0, index)
      if taps == 2 {
        add(v1 - v0 - v2, 1, index)
        add(v2, 2, index)
      } else {
        let v3 = dV.lanes(at: 3 &* stride &+ index)
        add(v1 - v2 - v3, 1, index)
        add(v1 + v2 - v0, 2, index)
        add(v3, 3, index)
      }
    }
  }

  /// Adds to y, whose two parts begin `step` apart, what M, whose parts begin `stride` apart, means.
  func output(
    _ m: UnsafePointer<Float>, stride: Int, count: Int,
    into y: UnsafeMutablePointer<Float>, step: Int
  ) {
    for index in Swift.stride(from: 0, to: count, by: 16) {
      let (m0, m1) = (m.lanes(at: index), m.lanes(at: stride &+ index))
      let m2 = m.lanes(at: 2 &* stride &+ index)
      let (y0, y1) = (y.lanes(at: index), y.lanes(at: step &+ index))
      if taps == 2 {
        y.store(y0 + (m0 + m1), at: index)
        y.store(y1 + (m1 + m2), at: step &+ index)
      } else {
        let m3 = m.lanes(at: 3 &* stride &+ index)
        y.store(y0 + (m0 + m1 + m2), at: index)
        y.store(y1 + (m1 - m2 + m3), at: step &+ index)
      }
    }
  }

  /// M's gradient from y's.
  func outputGradient(
    _ dY: UnsafePointer<Float>, step: Int, count: Int,
    into dM: UnsafeMutablePointer<Float>, stride: Int
  ) {
    for index in Swift.stride(from: 0, to: count, by: 16) {
      let (y0, y1) = (dY.lanes(at: index), dY.lanes(at: step &+ index))
      dM.store(y0, at: index)
      dM.store(y0 + y1, at: stride &+ index)
      if taps == 3 { dM.store(y0 - y1, at: 2 &* stride &+ index) }
      dM.store(y1, at: taps &* stride &+ index)
    }
  }
}
