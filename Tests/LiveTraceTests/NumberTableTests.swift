import TestSupport
import Testing

@testable import LiveTrace

@Suite struct NumberTableTests {
  @Test func aTableAgreesWithADictionary() {
    var random = SplitMix64(seed: 31)
    var table = NumberTable<UInt64>()
    var expected: [UInt32: UInt64] = [:]
    for step in 0..<20_000 {
      // Few numbers, so that many share places; fewer and fewer stay.
      let number = UInt32.random(in: 1...400, using: &random)
      if expected[number] == nil, UInt64.random(in: 0..<20_000, using: &random) > UInt64(step) {
        #expect(table.insert(number, UInt64(step)).pointee == UInt64(step))
        expected[number] = UInt64(step)
      } else {
        table.remove(number)
        expected[number] = nil
      }
      #expect(table.count == expected.count)
      #expect(table[number]?.pointee == expected[number])
      guard step % 100 == 0 else { continue }
      #expect(table.numbers.sorted() == expected.keys.sorted())
      for number in 0...400 as ClosedRange<UInt32> {
        #expect(table[number]?.pointee == expected[number])
      }
    }
  }

  @Test func aValueStaysWhereItIsInMemory() {
    var table = NumberTable<UInt64>()
    let first = table.insert(7, 1)
    for number in 100..<1000 as Range<UInt32> { _ = table.insert(number, 2) }
    for number in 100..<990 as Range<UInt32> { table.remove(number) }
    #expect(table[7] == first && first.pointee == 1)
  }

  @Test func theNumber0HasNoValue() {
    var table = NumberTable<UInt64>()
    #expect(table[0] == nil)
    table.remove(0)
    #expect(table.count == 0)
  }

  /// `Int` has 32 bits on some devices.
  @Test func aPlaceHas31Bits() {
    for number in [1, 2, 3, 1000, 0x7fff_ffff, 0x8000_0000, .max] as [UInt32] {
      #expect((0...Int(Int32.max)).contains(NumberTable<UInt64>.hash(number)))
    }
  }
}
