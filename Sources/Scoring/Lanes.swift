/// Eight numbers side by side.
typealias Lanes = SIMD8<Float>

extension SIMD8<Float> {
  /// Whether the CPU has vectors that compute as its scalars do: those of 32-bit Arm flush denormal
  /// numbers to zero.
  @inline(__always)
  static var areExact: Bool {
    #if arch(x86_64) || arch(arm64)
      true
    #else
      false
    #endif
  }

  /// The eight numbers from `start` on, at any alignment.
  @inline(__always)
  init(at start: UnsafePointer<Float>) {
    self = UnsafeRawPointer(start).loadUnaligned(as: Self.self)
  }

  /// The integers as floats, rounded to nearest even.
  @inline(__always)
  init(_ integers: SIMD8<Int32>) {
    self.init()
    // One conversion of a vector; `init(_:)` from other scalars is eight, each in a call.
    for lane in 0..<Self.scalarCount { self[lane] = Float(integers[lane]) }
  }

  /// Writes the eight numbers to `start` and behind it.
  @inline(__always)
  func store(to start: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(start).storeBytes(of: self, as: Self.self)
  }

  /// In each lane `self < limit ? self : limit`, so the limit for what is not a number.
  @inline(__always)
  func limited(above limit: Float) -> Self {
    Self(repeating: limit).replacing(with: self, where: self .< limit)
  }

  /// In each lane `self > limit ? self : limit`, so the limit for what is not a number.
  @inline(__always)
  func limited(below limit: Float) -> Self {
    Self(repeating: limit).replacing(with: self, where: self .> limit)
  }
}

extension SIMD8<Int32> {
  /// The eight integers from `start` on.
  @inline(__always)
  init(at start: UnsafePointer<Int8>) {
    let bytes = UnsafeRawPointer(start).loadUnaligned(as: SIMD8<Int8>.self)
    self.init()
    for lane in 0..<Self.scalarCount { self[lane] = Int32(bytes[lane]) }
  }
}

/// Calls `lanes` with the index of every eight of `count` numbers where lanes are exact, and `single`
/// with each of the rest.
@inline(__always)
func forEach(of count: Int, lanes: (Int) -> Void, single: (Int) -> Void) {
  var index = 0
  while Lanes.areExact, index &+ Lanes.scalarCount <= count {
    lanes(index)
    index &+= Lanes.scalarCount
  }
  while index < count {
    single(index)
    index &+= 1
  }
}

/// Replaces negative values by 0.
@inline(__always)
func rectify(_ values: UnsafeMutablePointer<Float>, count: Int) {
  forEach(of: count) {
    Lanes(at: values + $0).limited(below: 0).store(to: values + $0)
  } single: {
    values[$0] = values[$0] > 0 ? values[$0] : 0
  }
}

/// Adds `terms` (count) to `values` (count).
@inline(__always)
func add(_ terms: UnsafePointer<Float>, to values: UnsafeMutablePointer<Float>, count: Int) {
  forEach(of: count) {
    (Lanes(at: values + $0) + Lanes(at: terms + $0)).store(to: values + $0)
  } single: {
    values[$0] = values[$0] + terms[$0]
  }
}

/// Copies `source` (count) to `target`, in one call: from `update(from:count:)` Embedded Swift makes a
/// call for every number.
@inline(__always)
func copy(
  _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
) {
  UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: 4 * count)
}

/// Copies a few bytes, without a call.
@inline(__always)
func copyBytes(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, count: Int) {
  var index = 0
  while index &+ 16 <= count {
    target.storeBytes(
      of: source.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self),
      toByteOffset: index, as: SIMD16<UInt8>.self)
    index &+= 16
  }
  while index < count {
    target.storeBytes(
      of: source.load(fromByteOffset: index, as: UInt8.self), toByteOffset: index, as: UInt8.self)
    index &+= 1
  }
}
