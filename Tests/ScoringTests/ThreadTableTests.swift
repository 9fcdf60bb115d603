import KernelTrace
import TestSupport
import Testing

@testable import Scoring

@Suite struct ThreadTableTests {
  @Test func behavesLikeADictionaryOfLimitedSize() {
    let test = TestModel(
      TestModel.tcn(
        vocabulary: 3, channels: 1, kernel: 2, dilations: [1], activation: .relu, isTied: true),
      seed: 1)
    let capacity = 13
    let layout = SlotLayout(test.model, NetworkNeeds(test.model))
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: ThreadTable.byteCount(layout, capacity: capacity, extra: 0), alignment: 64)
    defer { memory.deallocate() }
    var table = ThreadTable(layout, capacity: capacity, memory: memory)
    var expected: [UInt32: UInt32] = [:]
    var generator = SplitMix64(seed: 99)
    for _ in 0..<5000 {
      let tid = UInt32(1 + generator.next() % 40)
      if let index = expected[tid] {
        #expect(table.find(tid) == index)
        if generator.next() % 2 == 0 {
          table.remove(index)
          expected[tid] = nil
        }
      } else if let index = table.insert(ThreadID(pid: 1, tid: tid)) {
        expected[tid] = index
      } else {
        #expect(expected.count == capacity)
      }
    }
    for tid: UInt32 in 1...40 { #expect(table.find(tid) == expected[tid]) }
    #expect(Set(expected.values).count == expected.count)
  }
}
