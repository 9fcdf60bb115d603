import Foundation
import KernelTrace
import TestSupport
import Testing

@testable import Player

@Suite struct OutputTests {
  @Test func numbersAreWrittenInFull() throws {
    let text = try written { output in
      for number in [0, 7, 10, -1, Int.max, Int.min] {
        output.put(number)
        output.put(" ")
      }
      output.put(UInt64.max)
    }
    #expect(
      text
        == "0 7 10 -1 9223372036854775807 -9223372036854775808 18446744073709551615")
  }

  @Test func hexadecimalNumbersHaveTheWidthAskedFor() throws {
    let text = try written { output in
      output.put(0xab, width: 16, radix: 16)
      output.put(" ")
      output.put(UInt64.max, width: 2, radix: 16)
      output.put(" ")
      output.put(0, width: 2, radix: 16)
    }
    #expect(text == "00000000000000ab ffffffffffffffff 00")
  }

  @Test(arguments: [
    (UInt64(0), "0.000000"), (1, "0.000001"), (999_999, "0.999999"), (1_000_000, "1.000000"),
    (27_631_021, "27.631021"), (UInt64.max, "18446744073709.551615"),
  ]) func millionthsAreDecimalFractions(number: UInt64, text: String) throws {
    #expect(try written { $0.put(millionths: number) } == text)
  }

  /// The buffer has 4096 bytes.
  @Test(arguments: [4095, 4096, 4097, 20_000]) func nothingIsLostWhereTheBufferEnds(
    count: Int
  ) throws {
    let expected = String((0..<count).map { Character(UnicodeScalar(0x30 + UInt8($0 % 75))) })
    #expect(
      try written { output in for byte in expected.utf8 { output.put(byte: byte) } } == expected)
    #expect(try written { output in expected.withCString { output.put(cString: $0) } } == expected)
    #expect(
      try written { output in
        Array(expected.utf8).withUnsafeBytes { output.put($0) }
      } == expected)
  }

  @Test func whatHasToWaitForNobodyFailsInAFullPipe() throws {
    let pipe = try SmallPipe()
    for (text, hasWritten) in [(9000, true), (1, false)] {
      var output = Output(descriptor: pipe.writer, waits: false)
      for _ in 0..<text { output.put(byte: 0x61) }
      output.flush()
      let results = [output.hasFailed, output.hasWritten]
      #expect(results == [true, hasWritten])
    }
    #expect(pipe.read().count == 8192)
  }

  @Test func whoWatchesDropsALineThatNobodyTakesAndSaysTheNext() throws {
    let pipe = try SmallPipe()
    var diagnostics = Diagnostics(descriptor: pipe.writer)
    diagnostics.stopWaiting()
    for number in 1..<1000 { diagnostics.note(Message("a line (error #)", number)) }
    let first = pipe.read()
    #expect(first.hasPrefix("mle-player: a line (error 1)\n"))
    #expect(!first.contains("999"))
    diagnostics.note(Message("the next"))
    #expect(pipe.read() == "mle-player: the next\n")
  }

  @Test func aFailureIsRemembered() {
    var output = Output(descriptor: -1)
    var failures: [Bool] = []
    output.put("text")
    failures.append(output.hasFailed)
    output.flush()
    failures.append(output.hasFailed)
    // The rest is dropped, without an end to the buffer.
    for _ in 0..<10_000 { output.put(byte: 0x61) }
    failures.append(output.hasFailed)
    #expect(failures == [false, true, true])
  }
}
