/// What a product of integers needs besides its input and output, in memory that the caller owns.
struct IntegerScratch {
  /// (O, completed to a multiple of 8)
  let sums: UnsafeMutablePointer<Int32>
  /// Of each four inputs the first and the third, as two numbers of 16 bits.
  let evens: UnsafeMutablePointer<Int32>
  /// The second and the fourth.
  let odds: UnsafeMutablePointer<Int32>

  /// Floats of memory for products of at most `inputs` and `outputs`.
  static func floatCount(inputs: Int, outputs: Int) -> Int {
    roundUp(outputs, to: 8) + roundUp(inputs, to: 4) / 2
  }

  init(_ memory: UnsafeMutablePointer<Float>, inputs: Int, outputs: Int) {
    let (sumCount, groups) = (Self.roundUp(outputs, to: 8), Self.roundUp(inputs, to: 4) / 4)
    let raw = UnsafeMutableRawPointer(memory)
    sums = raw.bindMemory(to: Int32.self, capacity: sumCount + 2 * groups)
    evens = sums + sumCount
    odds = evens + groups
  }

  /// Splits `count` integers, a multiple of 4, into `evens` and `odds`.
  func widen(_ input: UnsafePointer<Int8>, count: Int) {
    let source = UnsafeRawPointer(input)
    let (even, odd) = (UnsafeMutableRawPointer(evens), UnsafeMutableRawPointer(odds))
    for offset in stride(from: 0, to: count, by: 2) {
      let pair = source.loadUnaligned(fromByteOffset: offset, as: Int16.self)
      even.storeBytes(of: (pair &<< 8) &>> 8, toByteOffset: offset, as: Int16.self)
      odd.storeBytes(of: pair &>> 8, toByteOffset: offset, as: Int16.self)
    }
  }

  static func roundUp(_ count: Int, to multiple: Int) -> Int {
    (count + multiple - 1) / multiple * multiple
  }
}
