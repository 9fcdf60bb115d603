import KernelTrace
import TestSupport
import Testing

@testable import LiveTrace

/// Numbers of events and of `/proc` where `Int` has 32 bits: nothing here may depend on its width.
@Suite struct NarrowNumberTests {
  private func decimal(_ text: String) -> UInt64? {
    Array(text.utf8).withUnsafeBytes { Decimal.value($0, atMost: .max / 16) }
  }

  private func identifier(_ text: String) -> UInt32? {
    Array(text.utf8).withUnsafeBytes { Decimal.identifier($0) }
  }

  @Test func aRangeOfDescriptorsIsCutBeforeItBecomesInt() {
    func range(_ first: UInt32, _ last: UInt32) -> Range<Int> {
      DescriptorCall.range(from: first, through: last, below: 64)
    }
    #expect(range(3, .max) == 3..<64)
    #expect(range(5, 5) == 5..<6)
    #expect(range(60, 63) == 60..<64)
    for (first, last) in [(64, .max), (.max, .max), (9, 2), (0x8000_0000, 3)] as [(UInt32, UInt32)]
    {
      #expect(range(first, last).isEmpty)
    }
  }

  @Test func aDecimalNumberHas60Bits() {
    #expect(decimal("1152921504606846975") == 1_152_921_504_606_846_975)
    #expect(decimal("4294967296 5") == 4_294_967_296)
    for text in ["1152921504606846976", "99999999999999999999999999", "", "x"] {
      #expect(decimal(text) == nil)
    }
  }

  @Test func aProcessHasANumberOf31Bits() {
    #expect(identifier("2147483647") == 2_147_483_647)
    for text in ["2147483648", "4294967295", "42949672950", "-1"] {
      #expect(identifier(text) == nil)
    }
  }

  @Test func aCallHasAnyNumber() {
    for number in [.min, -1, .max] as [Int32] {
      #expect(KernelCalls.arm[number].call == nil)
    }
  }
}
