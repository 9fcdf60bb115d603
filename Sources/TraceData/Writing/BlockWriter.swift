/// Collects values and writes them a chunk at a time.
struct BlockWriter<Value: HDF5Scalar> {
  private let dataset: HDF5Dataset
  private var block: [Value] = []
  private var written = 0

  init(
    _ name: String, count: Int, layout: HDF5Layout, in group: HDF5Group
  ) throws(TraceDataError) {
    dataset = try TraceDataError.attempt { () throws(HDF5Error) in
      try group.createDataset(name, of: Value.self, shape: [count], layout: layout)
    }
    block.reserveCapacity(TraceDataset.blockLength)
  }

  mutating func append(_ values: some Collection<Value>) throws(TraceDataError) {
    var rest = values[...]
    while !rest.isEmpty {
      let part = rest.prefix(TraceDataset.blockLength - block.count)
      block.append(contentsOf: part)
      rest = rest.dropFirst(part.count)
      if block.count == TraceDataset.blockLength { try flush() }
    }
  }

  mutating func flush() throws(TraceDataError) {
    if block.isEmpty { return }
    let range = written..<written + block.count
    try TraceDataError.attempt { () throws(HDF5Error) in try dataset.write(block, [range]) }
    written = range.upperBound
    block.removeAll(keepingCapacity: true)
  }
}
